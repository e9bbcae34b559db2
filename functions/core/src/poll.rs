//! Deciding what a poll does: pure, and the same for every interface.

/// What is polled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interest {
    /// The monotonic clock reaching this, in nanoseconds.
    Monotonic(u64),
    /// The wall clock reaching this, in nanoseconds since 1970.
    Wall(u64),
    /// Something to read from standard input, or its end.
    Input,
    /// What never waits: output, files in memory.
    Nothing,
}

/// How things stand when a poll looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) monotonic: u64,
    pub(crate) wall: u64,
    pub(crate) input: bool,
}

impl Interest {
    pub(crate) fn is_met(self, now: Moment) -> bool {
        match self {
            Interest::Monotonic(at) => at <= now.monotonic,
            Interest::Wall(at) => at <= now.wall,
            Interest::Input => now.input,
            Interest::Nothing => true,
        }
    }
}

/// What to wait for, when nothing is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// From now; `u64::MAX`: no such time.
    pub(crate) nanos: u64,
    pub(crate) input: bool,
}

/// Nothing, if an interest is met already; otherwise what to wait for.
pub(crate) fn decide(interests: impl Iterator<Item = Interest>, now: Moment) -> Option<Waiting> {
    let mut waiting = Waiting { nanos: u64::MAX, input: false };
    for interest in interests {
        if interest.is_met(now) {
            return None;
        }
        match interest {
            Interest::Monotonic(at) => waiting.nanos = waiting.nanos.min(at - now.monotonic),
            Interest::Wall(at) => waiting.nanos = waiting.nanos.min(at - now.wall),
            Interest::Input => waiting.input = true,
            Interest::Nothing => (),
        }
    }
    Some(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment { monotonic: 100, wall: 1000, input: false };

    #[test]
    fn the_nearest_time_decides() {
        let wait = |i: &[Interest]| decide(i.iter().copied(), NOW);
        assert_eq!(wait(&[Interest::Monotonic(150), Interest::Wall(1020)]), Some(Waiting { nanos: 20, input: false }));
        assert_eq!(wait(&[Interest::Monotonic(u64::MAX), Interest::Input]), Some(Waiting { nanos: u64::MAX - 100, input: true }));
        assert_eq!(wait(&[Interest::Input]), Some(Waiting { nanos: u64::MAX, input: true }));
    }

    #[test]
    fn whatever_is_met_ends_the_poll_at_once() {
        for met in [Interest::Monotonic(100), Interest::Wall(0), Interest::Nothing] {
            assert_eq!(decide([Interest::Input, met].into_iter(), NOW), None, "{met:?}");
        }
        assert_eq!(decide([Interest::Input].into_iter(), Moment { input: true, ..NOW }), None);
    }
}
