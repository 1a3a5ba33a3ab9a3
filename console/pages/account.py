"""The page of one's own account: who one is, what one may do."""

from fastapi import APIRouter, Request

from console.accounts.duties import pages_of
from console.render import page
from console.visitor import SignedIn

router = APIRouter()


@router.get("/account")
def account(request: Request, visitor: SignedIn):
    return page(request, "account.html", mine=pages_of(visitor.user.duty))
