-- A heading with the class new-page starts a new page, in each format in its own way (HTML: see style.css).
local breaks = {
  typst = "#pagebreak(weak: true)",
  docx = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>',
}

function Header(header)
  local kind = FORMAT:match("typst") or FORMAT:match("docx")
  if not kind or not header.classes:includes("new-page") then return nil end
  return { pandoc.RawBlock(kind == "docx" and "openxml" or kind, breaks[kind]), header }
end
