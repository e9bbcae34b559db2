/**
 * Sends a plan's requests and measures the answers: one event loop a thread, connections kept alive, no pipelining.
 *
 * <p>Threads: the caller of {@link dev.mayfly.loadtest.send.NettyRunner} goes through the phases; a {@link dev.mayfly.loadtest.send.Pacer} walks
 * the open model's schedule and hands each arrival to a {@link dev.mayfly.loadtest.send.Lane} when it is due; a lane is one event loop with its
 * connections, and all that is measured there stays on its thread; a {@link dev.mayfly.loadtest.send.Meter} asks the lanes once a second what it
 * was. Nothing is locked on a request's way.
 */
package dev.mayfly.loadtest.send;
