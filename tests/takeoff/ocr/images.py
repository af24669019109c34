"""Images with a few words on them."""

from PIL import Image, ImageDraw, ImageFont


def lettered_image(
    size: tuple[int, int], texts: list[tuple[str, tuple[int, int]]], height: int = 40
) -> Image.Image:
    """A white image with `texts` in capitals of about `height` pixels."""
    image = Image.new("L", size, 255)
    font = ImageFont.load_default(height / 0.72)
    for text, place in texts:
        ImageDraw.Draw(image).text(place, text, fill=0, font=font)
    return image
