-- Tells every server that has members in a group.
-- KEYS 1 members (see join.lua)   ARGV 1 pub/sub channel  2 what is told
-- Returns 1 where as many servers heard it as have members there, else 0.
local servers, count = {}, 0
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  local server = string.match(value, '^([^\n]*)')
  if not servers[server] then
    servers[server] = true
    count = count + 1
  end
end
return redis.call('PUBLISH', ARGV[1], ARGV[2]) >= count and 1 or 0
