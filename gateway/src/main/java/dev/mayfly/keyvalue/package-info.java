/** Key-value stores for components. */
package dev.mayfly.keyvalue;
