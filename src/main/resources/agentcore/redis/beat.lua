-- Refreshes a server's lease.   KEYS 1 servers (sorted set: id -> time, ms)   ARGV 1 server  2 lease, ms
-- Returns {whether it had a lease, ids of the dead, the time of Redis in ms}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
local edge = now - tonumber(ARGV[2])
return {known and 1 or 0, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', edge)), now}
