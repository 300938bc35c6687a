-- Quarto drops fig-alt from Word documents; Word shows an image's own caption as its alternative text.
function Image(image)
  local alternative = image.attributes["fig-alt"]
  if alternative then
    image.caption = pandoc.Inlines(pandoc.Str(alternative))
    image.attributes["fig-alt"] = nil
  end
  return image
end
