/**
 * From traffic to warm pools. {@link dev.mayfly.sizing.PoolSizer} decides, and is pure; {@link dev.mayfly.sizing.SizingRound} does, once a second: it reads what the
 * pools counted, keeps the windows, asks the sizer and sets the pools' targets. {@link dev.mayfly.sizing.replay} runs the same sizer over recorded traffic.
 */
package dev.mayfly.sizing;
