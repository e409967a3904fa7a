-- Returns sets of a user, each as {name, value, ...}, and extends their lives.
-- KEYS the sets (hashes)
-- ARGV 1 time to live, ms
local all = {}
for i, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, ARGV[1])
  all[i] = redis.call('HGETALL', key)
end
return all
