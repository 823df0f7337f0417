-- Lua: tables, strings, coroutines, files, processes.
local function queens(n)
  local count, columns, up, down = 0, {}, {}, {}
  local function place(row)
    if row > n then count = count + 1 return end
    for c = 1, n do
      if not (columns[c] or up[row + c] or down[row - c + n]) then
        columns[c], up[row + c], down[row - c + n] = true, true, true
        place(row + 1)
        columns[c], up[row + c], down[row - c + n] = nil, nil, nil
      end
    end
  end
  place(1)
  return count
end
print(queens(7))
local words = {}
for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do words[#words + 1] = w end
table.sort(words)
print(table.concat(words, " "), #words)
local function producer() for i = 1, 5 do coroutine.yield(i * i) end end
for square in coroutine.wrap(producer) do io.write(square, " ") end
print()
local f = assert(io.open("lua.txt", "w"))
for i = 1, 1000 do f:write(i, "\n") end
f:close()
local sum = 0
for line in io.lines("lua.txt") do sum = sum + tonumber(line) end
print(sum, io.open("none.txt"))
local p = io.popen("sort -rn lua.txt | head -n 2")
print(p:read("a"), p:close())
print(os.execute("exit 3"))
print(os.rename("lua.txt", "renamed"), os.remove("renamed"), os.remove("renamed"))
print(string.format("%5.2f %q %x", math.pi, "a\nb", 255), ("x"):rep(5, ","))
collectgarbage()
local t = {}
for i = 1, 200000 do t[i] = {i} end
t = nil
print(collectgarbage("count") > 100, select("#", table.unpack({1, 2, nil, 4}, 1, 4)))
print(pcall(error, {code = 1}), os.getenv("NOTHING"))
