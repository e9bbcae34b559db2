package dev.mayfly.vm;

/**
 * What a function's requests were seen to write.
 *
 * @param requests that were looked at
 * @param pages of 4 KiB that one of them or more wrote
 * @param snapshotPages that the snapshot holds, and so a restore copies
 */
public record WorkingSet(int requests, int pages, int snapshotPages) {}
