/** From a Wasm file to a snapshot: compile, make the image, boot, keep; each step's result cached by content. */
package dev.mayfly.function;
