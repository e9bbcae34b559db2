package dev.mayfly.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundPolicyTest {
  private static final OutboundPolicy POLICY = new OutboundPolicy(List.of("https://api.example.com", "http://api.example.com:8080", "https://*.example.org",
      "http://127.0.0.1:3000", "http://[::1]:3000", "http://localhost:3001", "http://169.254.169.254/"));

  @ParameterizedTest
  @CsvSource({
      "https, api.example.com, true", "https, API.Example.com., true", "https, api.example.com:443, true", "https, api.example.com:8443, false",
      "http, api.example.com, false", "http, api.example.com:8080, true", "https, example.com, false", "https, x.api.example.com, false",
      "https, api.example.com.evil.net, false", "https, a.example.org, true", "https, a.b.example.org, true", "https, example.org, false",
      "https, evilexample.org, false", "http, a.example.org, false", "http, 127.0.0.1:3000, true", "http, 127.0.0.1, false", "http, [::1]:3000, true",
      "http, 127.0.0.2:3000, false"})
  void whatTheListHasIsAllowed(String scheme, String authority, boolean allowed) {
    Origin origin = Origin.of(scheme, authority);
    assertThat(origin).isNotNull();
    assertThat(POLICY.allows(origin)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "user@api.example.com", "a b", "api.example.com:99999", "api.example.com:0", "api.example.com:x", "[::1", "[api]", "a/b", "a..b", ".",
      "-a", "a:1:2"})
  void whatIsNoAuthorityIsNone(String authority) {
    assertThat(Origin.of("https", authority)).isNull();
    assertThat(Origin.of("ftp", "api.example.com")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.1.1", "100.100.100.200", "168.63.129.16", "224.0.0.1",
      "255.255.255.255", "::1", "::", "fe80::1", "ff02::1", "fd00:ec2::254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
      "2001:0:1:2:3:4:80ff:fffe"})
  void anOwnOrNeighbouringAddressIsGuarded(String address) {
    InetAddress at = InetAddress.ofLiteral(address);
    assertThat(OutboundPolicy.guarded(at)).isTrue();
    assertThat(POLICY.allows(Origin.of("https", "api.example.com"), at)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"93.184.216.34", "10.0.0.1", "192.168.1.1", "2606:2800:220:1::1", "64:ff9b::808:808", "2002:808:808::"})
  void othersAreNot(String address) {
    assertThat(POLICY.allows(Origin.of("https", "api.example.com"), InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void anAddressThatTheListHasIsAllowedUnderThatNameOnly() {
    assertThat(POLICY.allows(Origin.of("http", "127.0.0.1:3000"), InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(POLICY.allows(Origin.of("http", "[::1]:3000"), InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(POLICY.allows(Origin.of("http", "localhost:3001"), InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(POLICY.allows(Origin.of("http", "localhost:3001"), InetAddress.ofLiteral("169.254.169.254"))).isFalse();
    assertThat(POLICY.allows(Origin.of("http", "169.254.169.254"), InetAddress.ofLiteral("169.254.169.254"))).isTrue();
    assertThat(POLICY.allows(Origin.of("https", "a.example.org"), InetAddress.ofLiteral("127.0.0.1"))).isFalse();
  }
}
