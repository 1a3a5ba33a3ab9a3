"""The typologies, one a file; this list is the registry."""

from models.typologies.c3006 import C3006
from models.typologies.c3007 import C3007
from models.typologies.c3008 import C3008
from models.typologies.d101 import D101
from models.typologies.d102 import D102
from models.typologies.d103 import D103
from models.typologies.d201 import D201
from models.typologies.d202 import D202
from models.typologies.d203 import D203
from models.typologies.d204 import D204
from models.typologies.d205 import D205

TYPOLOGIES = (C3006, C3007, C3008, D101, D102, D103, D201, D202, D203, D204, D205)
