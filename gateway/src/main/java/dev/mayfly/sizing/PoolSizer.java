package dev.mayfly.sizing;

import dev.mayfly.traffic.Average;
import dev.mayfly.traffic.IdleGaps;
import dev.mayfly.traffic.Window;
import java.util.Arrays;

/**
 * How many machines a function should have: from its traffic, and nothing else. Pure: the same window and terms give the same answer. Stateless, so any thread.
 *
 * A machine costs memory while it waits, and avoids cold starts; it is kept if it avoids at least one in {@link #BREAK_EVEN_SECONDS}. (A function whose
 * machines are larger than the average of all pays accordingly.) That price decides all of these:
 * <ol>
 *   <li><b>In use</b>: for the last seconds and for the last minute, as many as are worth the time that they would be idle (Erlang-B, or Poisson over the refill for
 *       machines that serve once). The larger counts: up in seconds, down in minutes.
 *   <li><b>Idle</b>: one, while the idle gaps seen say that the next request is likely enough soon ({@link KeepAlive}); none otherwise.
 *   <li><b>Further ones</b> that were needed at one time before, each while its own gaps say so, or while half as many are in use and it was often needed soon after ({@link FurtherMachines}).
 *   <li><b>Beyond the target</b>, machines of whose gaps nothing is known: they wait {@link #SPARE_SECONDS} for the next burst, or until none is held for the function.
 * </ol>
 * Then {@code warm.min} and {@code warm.max}.
 */
public final class PoolSizer {
  /** One cold start is worth a machine's memory for so long. */
  static final double BREAK_EVEN_SECONDS = 750;
  static final double SPARE_SECONDS = 60;
  /** Machines whose benefit is computed, at most. */
  private static final int MOST = 10_000;

  private final double breakEven;
  private final double spare;

  public PoolSizer() {
    this(BREAK_EVEN_SECONDS, SPARE_SECONDS);
  }

  /** For a replay with other numbers than a gateway's. */
  public PoolSizer(double breakEven, double spare) {
    this.breakEven = breakEven;
    this.spare = spare;
  }

  /** The cold starts that a machine must avoid in a second to be kept. @param size see {@link #size} */
  double price(double size) {
    return size / breakEven;
  }

  /** How long a machine of average size may wait for the cold start that it avoids. */
  double breakEvenSeconds() {
    return breakEven;
  }

  /**
   * Sizes one function.
   *
   * @param refillSeconds how long a machine's restore takes
   * @param size a machine's memory in those of the average machine, above 0
   */
  public Sizing size(Window window, Terms terms, double refillSeconds, double size) {
    double price = price(size);
    return size(window, terms, refillSeconds, price, KeepAlive.of(window.gaps(), price), Further.NONE);
  }

  /** As above, with a keep-alive made before of the same gaps at the same price, and with further machines. */
  Sizing size(Window window, Terms terms, double refillSeconds, double price, KeepAlive keep, Further further) {
    double idle = window.idleSeconds();
    boolean inUse = idle < IdleGaps.SHORTEST_SECONDS;
    boolean held = inUse || (terms.idleSeconds().isPresent() ? idle < terms.idleSeconds().getAsDouble() : keep.holds(idle));
    double steady = Math.min(changes(terms, keep, idle), further.changesInSeconds());
    if (!held) {
      double none = terms.idleSeconds().orElse(IdleGaps.SHORTEST_SECONDS);
      return new Sizing(terms.min(), further, none, 0, 0, false, keep.known(), keep.shape(), steady, worth(new double[0], further.machines(), price));
    }
    double[] fast = benefits(window.fastArrivals(), window.fastBusy(), Evidence.of(window.fastArrivals(), Average.FAST.tauSeconds()), terms, refillSeconds, price);
    double[] slow = benefits(window.slowArrivals(), window.slowBusy(), Evidence.of(window.slowArrivals(), Average.SLOW.tauSeconds()), terms, refillSeconds, price);
    double[] more = fast.length > slow.length ? fast : slow;
    int target = Math.clamp(Math.max(1, more.length), terms.min(), terms.max());
    double beyond = further.nextKnown() && target <= Math.max(1, further.machines()) ? IdleGaps.SHORTEST_SECONDS : keep.known() ? spare : KeepAlive.UNKNOWN_SECONDS;
    return new Sizing(target, further, terms.idleSeconds().orElse(beyond), fast.length, slow.length, !inUse, keep.known(), keep.shape(),
        fast.length > 1 || slow.length > 1 ? 1 : steady, worth(more, Math.max(target, further.machines()), price));
  }

  /** Machines that are held are worth the price at least. */
  private static double[] worth(double[] benefits, int machines, double price) {
    double[] all = Arrays.copyOf(benefits, Math.max(benefits.length, machines));
    for (int i = 0; i < all.length; i++) {
      all[i] = Math.max(all[i], price);
    }
    return all;
  }

  private static double changes(Terms terms, KeepAlive keep, double idle) {
    if (Double.isInfinite(idle)) {
      return idle;
    }
    if (terms.idleSeconds().isPresent()) {
      double fixed = terms.idleSeconds().getAsDouble();
      return idle < fixed ? fixed - idle : Double.POSITIVE_INFINITY;
    }
    return keep.changes(idle) - idle;
  }

  /** What each machine avoids, of those worth having. */
  private double[] benefits(double perSecond, double busy, double evidence, Terms terms, double refillSeconds, double price) {
    double rate = perSecond * evidence;
    Misses misses = terms.useOnce() ? Misses.poisson(rate, refillSeconds) : Misses.erlang(busy * evidence);
    double[] benefits = new double[8];
    int machines = 0;
    while (machines < Math.min(MOST, terms.max())) {
      double before = misses.miss();
      misses.next();
      double fewer = before - misses.miss();
      double benefit = rate * fewer;
      double idle = terms.useOnce() ? 1 : 1 - busy * evidence * fewer;
      if (benefit < price * idle) {
        break;
      }
      if (machines == benefits.length) {
        benefits = Arrays.copyOf(benefits, machines * 2);
      }
      benefits[machines++] = benefit;
    }
    return Arrays.copyOf(benefits, machines);
  }

  /** How far an average can be believed: the fewer events it is made of, the less of it counts. */
  private static final class Evidence {
    private static final double FEW = 2;

    static double of(double perSecond, double tauSeconds) {
      double events = perSecond * tauSeconds;
      return events <= FEW ? 0 : 1 - FEW / events;
    }
  }
}
