package dev.mayfly.loadtest.measure;

/**
 * What was answered by one target in one second of the run.
 *
 * @param index from 0, whole seconds since the run's begin
 * @param target the target's name
 * @param counted false: of a warm-up phase
 * @param sent requests written in that second
 * @param good answered as expected
 * @param failed errors of all causes
 * @param cold of the good ones; those neither cold nor warm had no header
 * @param unsent arrivals given up in that second
 * @param late of the good ones, those that the sender took up late
 * @param inFlight requests without an answer at the second's end
 * @param connections open at the second's end
 * @param service of the good ones
 * @param lag the sender's own, of all arrivals taken up
 */
public record Second(int index, String target, String phase, boolean counted, long sent, long good, long failed, long cold, long warm, long unsent, long late,
    long inFlight, long connections, Percentiles service, Percentiles response, Percentiles lag) {}
