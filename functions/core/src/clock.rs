//! The machine's clocks, from one tick counter and the host's word for the time of day. Pure: ticks are arguments.

/// Where the monotonic clock starts: not at zero, which some runtimes (Go's) take for a broken clock.
const ORIGIN_NS: u64 = 1_000_000_000;
/// A wall clock behind ours by less than this is drift between counters, not a clock that was set: we do not go back for it.
const DRIFT_NS: u64 = 1_000_000_000;

/// All times in nanoseconds.
pub(crate) struct Clocks {
    wall: u64,
    wall_at: u64,
    monotonic: u64,
    monotonic_at: u64,
    /// Ticks spent outside the machine, which are not its CPU time.
    outside: u64,
}

impl Clocks {
    /// At the boot: the host says that it is `wall` now, when the counter says `ticks`.
    pub(crate) fn new(wall: u64, ticks: u64) -> Self {
        Self { wall, wall_at: ticks, monotonic: ORIGIN_NS, monotonic_at: ticks, outside: 0 }
    }

    /// The time of day, since 1970.
    pub(crate) fn wall(&self, ticks: u64) -> u64 {
        self.wall.saturating_add(ticks.saturating_sub(self.wall_at))
    }

    pub(crate) fn monotonic(&self, ticks: u64) -> u64 {
        self.monotonic.saturating_add(ticks.saturating_sub(self.monotonic_at))
    }

    /// Time spent inside the machine.
    pub(crate) fn cpu(&self, ticks: u64) -> u64 {
        (self.monotonic(ticks) - ORIGIN_NS).saturating_sub(self.outside)
    }

    /// Going on after an exit of the same run.
    pub(crate) fn resume(&mut self, wall: u64, left: u64, ticks: u64) {
        self.outside += ticks.saturating_sub(left);
        let ours = self.wall(ticks);
        let drifted = wall < ours && ours - wall < DRIFT_NS;
        self.wall = if drifted { ours } else { wall };
        self.wall_at = ticks;
    }

    /// Going on from a snapshot taken at `left`, maybe in another machine with another counter: the monotonic clock has stood still.
    pub(crate) fn restart(&mut self, wall: u64, left: u64, ticks: u64) {
        self.monotonic = self.monotonic(left);
        self.monotonic_at = ticks;
        self.wall = wall;
        self.wall_at = ticks;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_clocks_follow_the_ticks() {
        let c = Clocks::new(5_000, 100);
        assert_eq!(c.wall(100), 5_000);
        assert_eq!(c.wall(350), 5_250);
        assert_eq!(c.monotonic(350) - c.monotonic(100), 250);
        assert!(c.monotonic(100) > 0);
    }

    #[test]
    fn the_monotonic_clock_stands_still_over_a_snapshot_and_the_wall_clock_is_the_hosts() {
        let mut c = Clocks::new(5_000, 100);
        let before = c.monotonic(400);
        c.restart(9_000_000, 400, 77);
        assert_eq!(c.monotonic(77), before);
        assert_eq!(c.monotonic(80), before + 3);
        assert_eq!(c.wall(80), 9_000_003);
    }

    #[test]
    fn counters_that_differ_do_not_turn_time_back() {
        let mut c = Clocks::new(5_000, 100);
        c.restart(10_000, 100, 1_000_000);
        assert_eq!(c.wall(900_000), 10_000, "a counter behind its base");
        assert_eq!(c.monotonic(900_000), ORIGIN_NS);
    }

    #[test]
    fn after_a_wait_the_wall_clock_is_the_hosts_but_never_a_little_back() {
        let mut c = Clocks::new(1_000, 0);
        c.resume(999, 10, 20);
        assert_eq!(c.wall(20), 1_020);
        c.resume(50_000, 20, 30);
        assert_eq!(c.wall(30), 50_000);
        let mut set_back = Clocks::new(10 * DRIFT_NS, 0);
        set_back.resume(5, 0, 1);
        assert_eq!(set_back.wall(1), 5);
    }

    #[test]
    fn cpu_time_leaves_out_what_was_spent_outside() {
        let mut c = Clocks::new(0, 0);
        c.resume(0, 100, 600);
        assert_eq!(c.cpu(700), 200);
        c.restart(0, 700, 5);
        assert_eq!(c.cpu(15), 210);
    }
}
