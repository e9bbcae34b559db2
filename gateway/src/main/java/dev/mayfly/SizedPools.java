package dev.mayfly;

import dev.mayfly.admin.Pools;
import dev.mayfly.sizing.SizingLoop;
import dev.mayfly.sizing.SizingRound;
import dev.mayfly.sizing.SizingRound.View;
import java.util.List;
import java.util.Optional;

/** The pools that the admin port shows; none before they are there. Any thread. */
final class SizedPools implements Pools {
  private final SizingLoop loop;
  private volatile SizingRound round;

  SizedPools(SizingLoop loop) {
    this.loop = loop;
  }

  void round(SizingRound begun) {
    round = begun;
  }

  @Override
  public List<View> all() {
    SizingRound begun = round;
    return begun == null ? List.of() : begun.views(loop.nowMillis());
  }

  @Override
  public Optional<View> of(String function) {
    SizingRound begun = round;
    return begun == null ? Optional.empty() : begun.view(function, loop.nowMillis());
  }
}
