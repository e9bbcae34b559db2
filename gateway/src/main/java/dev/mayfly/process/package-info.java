/**
 * The engine without KVM: each machine is a child process, forked from one that booted the function's image. For development. The other side is
 * {@code functions/process}.
 */
package dev.mayfly.process;
