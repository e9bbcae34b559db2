-- A gateway says that it lives, or (0 milliseconds) that it goes; returns who does.
-- KEYS: the gateways, a sorted set by when each is taken for dead. ARGV: the gateway's name, for how many milliseconds it is taken for alive.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local alive = tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], now + alive, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], 60000)
return redis.call('ZRANGE', KEYS[1], 0, -1)
