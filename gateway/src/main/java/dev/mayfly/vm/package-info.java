/**
 * What a machine is, whatever it is made of: the interfaces that an engine implements, the hand-over of a request, and the
 * exchange area that both engines share with their guests. Layouts: {@code functions/abi/src/lib.rs}.
 */
package dev.mayfly.vm;
