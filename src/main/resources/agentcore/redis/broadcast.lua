-- Publishes a message to every server that has members of a group.
-- KEYS 1 members (see join.lua)   ARGV 1 channel  2 message
-- Returns 1 if at least as many servers received it as have members, else 0.
local servers, count = {}, 0
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  local server = string.match(value, '^([^\n]*)')
  if not servers[server] then
    servers[server] = true
    count = count + 1
  end
end
return redis.call('SPUBLISH', ARGV[1], ARGV[2]) >= count and 1 or 0
