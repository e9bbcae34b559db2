-- Adds a gateway's counts to windows and returns what they come to. The arithmetic is that of FunctionTraffic.java and IdleGaps.java.
-- KEYS: a window each. ARGV: seconds that the counts cover, milliseconds after which an unused window is forgotten, then for each key
-- six doubles in one string: arrivals, busy seconds, cold starts, queued seconds, gaps the caller knows of, which of the ARGV after this one has
-- gaps to begin with (0: none).
-- A window: nine doubles (at, fast and slow arrivals, fast and slow busy, fast queued, slow cold, last active, gaps seen), then 136 bytes of gaps.
-- Returns Redis' time in milliseconds, then for each key its window: without its gaps where the caller knows them, empty where there is none.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local span, ttl, counts = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local add_fast, add_slow = (1 - math.exp(-span / 5)) / span, (1 - math.exp(-span / 60)) / span
local HEAD, BINS, GAP, FULL = 72, 136, 4, 240
local result = {tostring(now)}

local function with_gap(gaps, seconds)
  local bin = math.min(BINS - 1, math.max(0, math.floor(8 * math.log(seconds) / math.log(2) + 1e-9)))
  local at = bin + 1
  gaps = gaps:sub(1, at - 1) .. string.char(math.min(255, gaps:byte(at) + GAP)) .. gaps:sub(at + 1)
  local sum, weights = 0, {gaps:byte(1, BINS)}
  for i = 1, BINS do sum = sum + weights[i] end
  if sum > FULL then
    for i = 1, BINS do weights[i] = math.floor(weights[i] / 2) end
    gaps = string.char(unpack(weights))
  end
  return gaps
end

for i = 1, #KEYS do
  local arrivals, busy, cold, queued, known, seed = struct.unpack('<dddddd', counts, (i - 1) * 48 + 1)
  local state = redis.call('GET', KEYS[i])
  if state and #state ~= HEAD + BINS then state = false end -- of another version
  local active = arrivals > 0 or busy > 0 or queued > 0
  if active or seed > 0 then
    local at, fa, sa, fb, sb, fq, sc, last, seen = now, 0, 0, 0, 0, 0, 0, -1, 0
    local gaps
    if state then
      at, fa, sa, fb, sb, fq, sc, last, seen = struct.unpack('<ddddddddd', state)
      gaps = state:sub(HEAD + 1)
    else
      gaps = string.rep('\0', BINS)
    end
    if seed > 0 and seen == 0 then
      gaps, seen = ARGV[3 + seed], 1
    end
    local passed = math.max(0, now - at) / 1000
    local fast, slow = math.exp(-passed / 5), math.exp(-passed / 60)
    fa, sa = fa * fast + add_fast * arrivals, sa * slow + add_slow * arrivals
    fb, sb = fb * fast + add_fast * busy, sb * slow + add_slow * busy
    fq, sc = fq * fast + add_fast * queued, sc * slow + add_slow * cold
    if active then
      if last >= 0 and now - last >= 2000 then
        gaps, seen = with_gap(gaps, (now - last) / 1000), seen + 1
      end
      last = now
    end
    state = struct.pack('<ddddddddd', now, fa, sa, fb, sb, fq, sc, last, seen) .. gaps
    redis.call('SET', KEYS[i], state, 'PX', ttl)
  end
  if not state then
    result[i + 1] = ''
  else
    local seen = struct.unpack('<d', state, 65)
    result[i + 1] = seen == known and state:sub(1, HEAD) or state
  end
end
return result
