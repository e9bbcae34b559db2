package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoToolchainTest {
  private static final String HEADER = "0061736d01000000";
  private static final String BUILD_ID = "000d0a" + "676f3a6275696c646964" + "ffff";

  @ParameterizedTest
  @ValueSource(strings = {BUILD_ID, "0100" + BUILD_ID, "0083000161" + "00" + BUILD_ID, BUILD_ID + "0105"})
  void aModuleWithABuildIdIsGos(String sections) {
    assertThat(GoToolchain.made(module(sections))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0100", "00", "0005", "00ff", "00ffffffff0f", "00ffffffffff", "00040a676f3a", "000b0a676f3a6275696c646978", "010d0a676f3a6275696c646964ffff"})
  void anyOtherIsNot(String sections) {
    assertThat(GoToolchain.made(module(sections))).isFalse();
  }

  @Test
  void aModuleCutAnywhereIsNoError() {
    byte[] whole = module("0100" + BUILD_ID);
    for (int length = 0; length < whole.length; length++) {
      assertThat(GoToolchain.made(Arrays.copyOf(whole, length))).as("cut to %d", length).isFalse();
    }
  }

  private static byte[] module(String sections) {
    return HexFormat.of().parseHex(HEADER + sections);
  }
}
