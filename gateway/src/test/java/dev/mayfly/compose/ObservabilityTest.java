package dev.mayfly.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.metrics.MetricNames;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard and the alert rules against the metrics that the gateway has. */
final class ObservabilityTest {
  private static final Path COMPOSE = Path.of(System.getProperty("mayfly.home"), "compose");
  private static final Pattern METRIC = Pattern.compile("\\bmayfly_[a-z_]+");

  private static Set<String> known() {
    return Arrays.stream(MetricNames.class.getFields()).map(ObservabilityTest::value).collect(Collectors.toSet());
  }

  private static String value(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prometheus/alerts.yml", "grafana/dashboards/mayfly.json"})
  void everyMetricThatIsAskedForExists(String file) throws IOException {
    Set<String> named = new TreeSet<>();
    for (Matcher m = METRIC.matcher(Files.readString(COMPOSE.resolve(file))); m.find();) {
      named.add(m.group().replaceFirst("_bucket$", ""));
    }
    assertThat(named).isNotEmpty();
    assertThat(known()).containsAll(named);
  }

  @Test
  void everyPanelNamesItsUnitAndAsksThePrometheusThatIsProvisioned() throws IOException {
    JsonObject dashboard = new JsonObject(Files.readString(COMPOSE.resolve("grafana/dashboards/mayfly.json")));
    assertThat(dashboard.getJsonArray("panels")).isNotEmpty().allSatisfy(p -> {
      JsonObject panel = (JsonObject) p;
      assertThat(panel.getJsonObject("fieldConfig").getJsonObject("defaults").getString("unit")).as(panel.getString("title")).isNotBlank();
      assertThat(panel.getJsonObject("datasource").getString("uid")).isEqualTo("prometheus");
    });
    assertThat(Files.readString(COMPOSE.resolve("grafana/provisioning/datasources/prometheus.yaml"))).contains("uid: prometheus");
  }
}
