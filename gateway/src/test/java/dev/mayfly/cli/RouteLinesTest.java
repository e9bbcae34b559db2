package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration.Address;
import dev.mayfly.config.Configuration.Route;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteLinesTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      /a/*            |          | 127.0.0.1 | curl 127.0.0.1:8080/a/
      /age/{year}     | GET,POST | 0.0.0.0   | curl localhost:8080/age/2000
      /x/{thing}/y    | PUT      | ::        | curl -X PUT localhost:8080/x/thing/y
      /a b/é          | HEAD     | localhost | curl -I localhost:8080/a%20b/%C3%A9
      /               | POST     | ::1       | curl -d hello '[::1]:8080/'
      """)
  void aLineForCurl(String path, String methods, String host, String line) {
    Route route = new Route(path, methods == null ? List.of() : List.of(methods.split(",")), Optional.empty(), "f", Optional.empty());
    assertThat(RouteLines.curl(route, new Address(host, 8080), false)).isEqualTo(line);
  }

  @Test
  void aLineForCurlLeavesOutTheStandardPort() {
    Route route = new Route("/", List.of(), Optional.empty(), "f", Optional.empty());
    assertThat(RouteLines.curl(route, new Address("0.0.0.0", 80), false)).isEqualTo("curl localhost/");
    assertThat(RouteLines.curl(route, new Address("0.0.0.0", 443), true)).isEqualTo("curl https://localhost/");
  }
}
