-- For the built-in renderer only: what Quarto does by itself for figures, tables, references and callouts.

local numbers = { fig = 0, tbl = 0 }
local names = {}
local words = {}

local function label_of(id)
  local kind = id:match("^(%a+)-")
  return numbers[kind] and kind or nil
end

-- "Figure 3", and remember it for the references
local function number(id)
  local kind = label_of(id)
  if not kind then return nil end
  numbers[kind] = numbers[kind] + 1
  names[id] = words[kind] .. "\u{a0}" .. numbers[kind]
  return names[id]
end

local function numbered(element)
  local name = number(element.identifier)
  local long = element.caption.long
  if name and #long > 0 then
    long[1].content:insert(1, pandoc.Str(name .. ": "))
    element.caption.long = long
  end
  return element
end

local function typst_string(words_)
  return '"' .. words_:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

-- every format has its own place for the words that stand for a picture
local function with_alternative(image)
  local alternative = image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)
  image.attributes["fig-alt"] = nil
  if FORMAT == "typst" then
    local call = '#image(%s, width: 100%%, alt: %s)'
    return pandoc.RawInline("typst", call:format(typst_string(image.src), typst_string(alternative)))
  end
  image.attributes["alt"] = alternative
  image.caption = pandoc.Inlines(pandoc.Str(alternative))
  return image
end

local function table_in_its_place(element)
  -- the first cell of a row names it
  for _, body in ipairs(element.bodies) do body.row_head_columns = 1 end
  local result = numbered(element)
  if FORMAT:match("html") then
    return pandoc.Div({ result }, pandoc.Attr("", { "table-scroll" }, { tabindex = "0" }))
  end
  return result
end

-- the title of a callout is no heading of the report
local function callout(div)
  if not div.classes:includes("callout-note") then return nil end
  local content = div.content:map(function(block)
    return block.t == "Header" and pandoc.Para({ pandoc.Strong(block.content) }) or block
  end)
  if FORMAT == "docx" then return pandoc.Div(content, pandoc.Attr("", {}, { ["custom-style"] = "Callout" })) end
  if FORMAT == "typst" then
    content:insert(1, pandoc.RawBlock("typst", "#note-box["))
    content:insert(pandoc.RawBlock("typst", "]"))
    return content
  end
  return pandoc.Div(content, pandoc.Attr("", { "callout" }, { role = "note" }))
end

-- Word sets tight lists in the small type of tables
local function loose(list)
  if FORMAT ~= "docx" then return nil end
  list.content = list.content:map(function(item)
    return item:map(function(block) return block.t == "Plain" and pandoc.Para(block.content) or block end)
  end)
  return list
end

local function reference(cite)
  local id = cite.citations[1].id
  if not names[id] then error("reference to " .. id .. ", which is not in the report") end
  return pandoc.Link(names[id], "#" .. id)
end

function Pandoc(doc)
  words.fig = pandoc.utils.stringify(doc.meta["figure-word"])
  words.tbl = pandoc.utils.stringify(doc.meta["table-word"])
  doc = doc:walk({ Figure = numbered, Table = table_in_its_place, Div = callout, BulletList = loose })
  return doc:walk({ Image = with_alternative, Cite = reference })
end
