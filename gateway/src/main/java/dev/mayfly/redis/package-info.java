/**
 * The way to Redis: one {@link dev.mayfly.redis.RedisLink} for a gateway, made from the address in the configuration. What is kept there, and under which keys,
 * is the business of those who use it.
 */
package dev.mayfly.redis;
