"""Names of roles and of the honest scenario, as they stand in ``truth.csv``."""

#: Cards that commit fraud: the positives of a detection test.
FRAUD_PHONE = "fraud_phone"
MULE = "mule"
FRAUD_ROLES = (FRAUD_PHONE, MULE)
#: People who were cheated: warned, never counted as fraud.
VICTIM = "victim"

#: Honest cards that look like fraud.
COURIER = "courier"
SALESPERSON = "salesperson"
CALL_CENTER = "call_center"
SMS_MARKETER = "sms_marketer"
NEW_CARD = "new_card"
REAWAKENED = "reawakened"
SHOP = "shop"
LANDLORD = "landlord"
GATHERER = "gatherer"
LARGE_FAMILY = "large_family"
RESELLER = "reseller"
PAYDAY_PASS = "payday_pass"
HONEST_ROLES = (COURIER, SALESPERSON, CALL_CENTER, SMS_MARKETER, NEW_CARD, REAWAKENED, SHOP, LANDLORD,
                GATHERER, LARGE_FAMILY, RESELLER, PAYDAY_PASS)

#: Scenario of every honest row.
HONEST = "honest"
