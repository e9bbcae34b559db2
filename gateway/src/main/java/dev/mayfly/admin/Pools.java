package dev.mayfly.admin;

import dev.mayfly.sizing.SizingRound.View;
import java.util.List;
import java.util.Optional;

/** The functions' pools, as they are when it is asked. Any thread; must not block. */
public interface Pools {
  Pools NONE = new Pools() {
    @Override
    public List<View> all() {
      return List.of();
    }

    @Override
    public Optional<View> of(String function) {
      return Optional.empty();
    }
  };

  List<View> all();

  Optional<View> of(String function);
}
