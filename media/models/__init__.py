"""What is kept about images and files, besides the columns of those that have them."""

from .image_size import EventImageSize, SpeakerImageSize
from .unnamed import Unnamed
from .upload import Upload

__all__ = ["EventImageSize", "SpeakerImageSize", "Unnamed", "Upload"]
