"""The typologies, one a file; this list is the registry."""

from models.typologies.c3006 import C3006
from models.typologies.c3007 import C3007
from models.typologies.c3008 import C3008
from models.typologies.d101 import D101
from models.typologies.d102 import D102
from models.typologies.d103 import D103
from models.typologies.d104 import D104
from models.typologies.d105 import D105
from models.typologies.d106 import D106
from models.typologies.d107 import D107
from models.typologies.d108 import D108
from models.typologies.d109 import D109
from models.typologies.d110 import D110
from models.typologies.d111 import D111
from models.typologies.d112 import D112
from models.typologies.d201 import D201
from models.typologies.d202 import D202
from models.typologies.d203 import D203
from models.typologies.d204 import D204
from models.typologies.d205 import D205
from models.typologies.d206 import D206
from models.typologies.d207 import D207
from models.typologies.d208 import D208

TYPOLOGIES = (
    C3006, C3007, C3008, D101, D102, D103, D104, D105,
    D106, D107, D108, D109, D110, D111, D112, D201,
    D202, D203, D204, D205, D206, D207, D208,
)  # fmt: skip
