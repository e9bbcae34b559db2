package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses of one Redis, of Sentinels, of a cluster. */
class RedisAddressTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      redis://localhost                            | STANDALONE | redis://localhost:6379                      |
      redis://u:p%40@localhost:7000/2              | STANDALONE | redis://u:p%40@localhost:7000/2             |
      valkeys://[::1]:1/                           | STANDALONE | valkeys://[::1]:1                           |
      redis-sentinel://:p@a,b:7/1#main             | SENTINEL   | redis://:p@a:26379/1 redis://:p@b:7/1       | main
      rediss-cluster://a:1,b                       | CLUSTER    | rediss://a:1 rediss://b:6379                |
      """)
  void areRead(String text, RedisAddress.Kind kind, String endpoints, String master) {
    RedisAddress address = RedisAddress.of(text);
    assertThat(address.kind()).isEqualTo(kind);
    assertThat(address.endpoints()).containsExactly(endpoints.split(" "));
    assertThat(address.master()).isEqualTo(master == null ? "" : master);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      localhost                 | is not a Redis server
      http://localhost          | is not a Redis server
      redis://                  | is not a Redis server
      redis://a:99999           | is not a Redis server
      redis://a,b               | names several servers
      redis://a/x               | has a path
      redis://a#main            | names a master
      redis-sentinel://a        | does not name the master
      redis-cluster://a/1       | names a database
      redis-cluster://a,,b      | is not a Redis server
      """)
  void orAreNone(String text, String why) {
    assertThatThrownBy(() -> RedisAddress.of(text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(why);
  }

  @Test
  void areShownWithoutThePassword() {
    assertThat(RedisAddress.of("redis-sentinel://u:secret@a,b#main")).hasToString("SENTINEL [redis://a:26379, redis://b:26379] main");
  }
}
