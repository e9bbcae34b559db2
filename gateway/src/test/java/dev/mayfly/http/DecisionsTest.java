package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.pool.Result;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided without a connection. */
final class DecisionsTest {
  @ParameterizedTest
  @CsvSource({"A.Example,a.example,-1", "a:80,a,80", "a:,a,-1", "[::1]:8080,[::1],8080", "192.0.2.1,192.0.2.1,-1", "a_b,a_b,-1", "a%41,a%41,-1"})
  void validAuthorities(String text, String host, int port) {
    assertThat(Authority.parse(text)).isEqualTo(new Authority(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":80", "a b", "a/b", "u@a", "a:b", "a:-1", "a:65536", "a:000080", "[::1", "::1", "[a]", "[::1]x", "[fe80::1%eth0]", "a%4", "ä", "a,b", "a?b"})
  void authoritiesThatAreNone(String text) {
    if (text.equals("a,b")) {
      // A sub-delimiter: a name may hold it; no host that anyone configured is called so.
      assertThat(Authority.parse(text)).isNotNull();
    } else {
      assertThat(Authority.parse(text)).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"404,Not Found", "413,Content Too Large", "414,URI Too Long", "431,Request Header Fields Too Large", "503,Service Unavailable"})
  void aProblemsTitleIsTheStatusesName(int status, String title) {
    assertThat(Problem.of(status, "").document("1").toJsonObject().getString("title")).isEqualTo(title);
  }

  @ParameterizedTest
  @CsvSource({
      "192.0.2.9,'','192.0.2.9'",
      "192.0.2.9,198.51.100.1,192.0.2.9",
      "10.0.0.1,198.51.100.1,198.51.100.1",
      "10.0.0.1,'6.6.6.6, 198.51.100.1, 10.0.0.2',198.51.100.1",
      "10.0.0.1,'6.6.6.6, nonsense, 10.0.0.2',10.0.0.2",
      "10.0.0.1,'10.0.0.3, 10.0.0.2',10.0.0.3",
      "10.0.0.1,198.51.100.1:4711,198.51.100.1",
      "10.0.0.1,'[2001:db8::1]:80',2001:db8::1",
      "::ffff:10.0.0.1,198.51.100.1,198.51.100.1",
      "fd00::1,198.51.100.1,198.51.100.1"
  })
  void theClientIsTheRightmostAddressThatIsNotTrusted(String peer, String forwarded, String client) {
    Networks trusted = new Networks(List.of("10.0.0.0/8", "fd00::/8"));
    assertThat(trusted.client(peer, forwarded.isEmpty() ? List.of() : List.of(forwarded))).isEqualTo(client);
  }

  @Test
  void fieldsOnSeveralLinesAreOneList() {
    assertThat(new Networks(List.of("10.0.0.0/8")).client("10.0.0.1", List.of("198.51.100.1", "10.0.0.2"))).isEqualTo("198.51.100.1");
  }

  @ParameterizedTest
  @CsvSource({"10.1.0.0/16,10.1.255.255,true", "10.1.0.0/16,10.2.0.0,false", "192.0.2.128/25,192.0.2.127,false", "192.0.2.128/25,192.0.2.129,true",
      "0.0.0.0/0,8.8.8.8,true", "192.0.2.1,192.0.2.1,true", "192.0.2.1,192.0.2.2,false", "fd00::/8,fe00::1,false", "10.0.0.0/8,::1,false"})
  void networksHoldTheirAddresses(String network, String address, boolean held) {
    assertThat(new Networks(List.of(network)).contains(address)).isEqualTo(held);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "localhost", "", "fd00::/129"})
  void textsThatAreNoNetworks(String text) {
    assertThatThrownBy(() -> new Networks(List.of(text))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'" + text + "'");
  }

  @Test
  void aBucketGivesASecondsWorthAtOnceAndThenItsRate() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    TokenBucket bucket = new TokenBucket(5, now::get);
    for (int i = 0; i < 5; i++) {
      assertThat(bucket.take()).isZero();
    }
    assertThat(bucket.take()).isEqualTo(200_000_000);
    now.addAndGet(199_999_999);
    assertThat(bucket.take()).isEqualTo(1);
    now.addAndGet(1);
    assertThat(bucket.take()).isZero();
    assertThat(bucket.take()).isEqualTo(200_000_000);
    now.addAndGet(3_600_000_000_000L);
    for (int i = 0; i < 5; i++) {
      assertThat(bucket.take()).isZero();
    }
    assertThat(bucket.take()).isPositive();
  }

  @Test
  void aBucketOfLessThanOneASecondGivesOne() {
    AtomicLong now = new AtomicLong();
    TokenBucket bucket = new TokenBucket(0.5, now::get);
    assertThat(bucket.take()).isZero();
    assertThat(bucket.take()).isEqualTo(2_000_000_000);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "499,0", "500,0.001", "1000,0.001", "10000,0.01", "120000,0.12", "1000000,1", "1234567,1.235", "60000000000,60000", "-5,0"})
  void timingsAreMillisecondsToTheMicrosecond(long nanos, String millis) {
    assertThat(ServerTiming.of(new Result.Timings(nanos, 0, 0))).isEqualTo("queue;dur=" + millis + ", restore;dur=0, run;dur=0");
  }

  @Test
  void theDateIsThatOfTheSecond() {
    AtomicLong millis = new AtomicLong(784111777_000L);
    ServerClock clock = new ServerClock(millis::get);
    assertThat(clock.date()).hasToString("Sun, 06 Nov 1994 08:49:37 GMT");
    millis.addAndGet(999);
    assertThat(clock.date()).isSameAs(clock.date()).hasToString("Sun, 06 Nov 1994 08:49:37 GMT");
    millis.addAndGet(1);
    assertThat(clock.date()).hasToString("Sun, 06 Nov 1994 08:49:38 GMT");
  }

  @Test
  void textIsUtf8WithoutNul() {
    for (String text : List.of("", "abc", "äöü", "漢字", "😀", "line\r\n\t")) {
      assertThat(FunctionAnswer.isText(Buffer.buffer(text))).as(text).isTrue();
    }
    for (byte[] bytes : List.of(new byte[] {0}, new byte[] {'a', (byte) 0xe4}, new byte[] {(byte) 0xc0, (byte) 0x80}, new byte[] {(byte) 0xff}, new byte[] {(byte) 0x80},
        new byte[] {(byte) 0xe2, (byte) 0x82}, new byte[] {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80})) {
      assertThat(FunctionAnswer.isText(Buffer.buffer(bytes))).as(java.util.Arrays.toString(bytes)).isFalse();
    }
  }

  @Test
  void aCharacterThatIsCutWhereNobodyLooksIsText() {
    assertThat(FunctionAnswer.isText(Buffer.buffer("a".repeat(64 * 1024 - 1) + "ä and more"))).isTrue();
  }

  private static CgiResponse cgi(String output) {
    try {
      return CgiResponse.parse(Buffer.buffer(output));
    } catch (CgiResponse.Malformed e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void cgiLinesEndInEitherWay() {
    assertThat(cgi("Content-Type: a\r\n\r\nx\r\n\r\ny").body().toString()).isEqualTo("x\r\n\r\ny");
    assertThat(cgi("Content-Type: a\n\n\nx").body().toString()).isEqualTo("\nx");
  }

  @Test
  void cgiStatuses() {
    assertThat(cgi("Content-Type: a\n\n").status()).isEqualTo(200);
    assertThat(cgi("Location: /b\n\n").status()).isEqualTo(302);
    assertThat(cgi("Location: /b\nStatus: 307 Elsewhere\n\n").status()).isEqualTo(307);
    assertThat(cgi("status:404\n\n").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Status: 200\nStatus: 404\n\n", "Status: 2000\n\n", "Status: OK\n\n", "Status: 600\n\n", "Content-Type: a", "Content-Type : a\n\n",
      " Content-Type: a\n\n", "Content-Type: a\n folded\n\n", "Content-Type: a\0b\n\n", "Content-Type: a\rX: b\n\n", "\n\n"})
  void cgiOutputThatIsRefused(String output) {
    assertThatThrownBy(() -> CgiResponse.parse(Buffer.buffer(output))).isInstanceOf(CgiResponse.Malformed.class);
  }
}
