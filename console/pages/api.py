"""A plain list of what the REST interface offers; the whole description is its OpenAPI document."""

from fastapi import APIRouter, Request

from console.api.app import PATH
from console.render import page
from console.visitor import SignedIn

router = APIRouter()


@router.get("/api")
def interface(request: Request, visitor: SignedIn):
    described = next(route.app for route in request.app.routes if getattr(route, "path", "") == PATH).openapi()
    rows = [(method.upper(), f"{PATH}{path}", operation["summary"]) for path, operations in described["paths"].items()
            for method, operation in operations.items()]
    return page(request, "api.html", rows=rows, description=f"{PATH}/openapi.json")
