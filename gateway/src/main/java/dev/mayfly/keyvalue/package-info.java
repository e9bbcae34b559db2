/**
 * Key-value stores for components: who may open which ({@link dev.mayfly.keyvalue.KeyValues}), and where they are kept: in this process
 * ({@link dev.mayfly.keyvalue.MemoryStores}) or in Redis ({@link dev.mayfly.keyvalue.RedisStores}).
 */
package dev.mayfly.keyvalue;
