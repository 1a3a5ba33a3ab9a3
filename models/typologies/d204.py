"""SMS blast: many receivers in a short time, from a mobile number.

Banks and shops send from the service numbers of the 106 range, which are no SIM cards.
"""

from features.roles import PHONE
from models.typology import Term, Typology

D204 = Typology(
    code="D204",
    zh="短信群发",
    en="SMS blast",
    kind=PHONE,
    parameters={
        "weight": 0.6,
        "few_receivers": 25.0,
        "many_receivers": 80.0,
        "low_out_share": 0.6,
        "high_out_share": 0.9,
        "not_mobile": 0.0,
        "mobile": 1.0,
    },
    terms=(
        Term("novel_sms_1d", "few_receivers", "many_receivers"),
        Term("mobile_number", "not_mobile", "mobile"),
        Term("out_share_7d", "low_out_share", "high_out_share"),
    ),
    reason_zh="近一日向约{novel_sms_1d:.0f}个陌生号码发送短信，近一小时约{novel_sms_1h:.0f}个",
    reason_en="sent messages to about {novel_sms_1d:.0f} unknown numbers within a day, "
    "{novel_sms_1h:.0f} of them within an hour",
    source="ours",
)
