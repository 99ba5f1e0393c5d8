"""xCal: iCalendar as XML (RFC 6321).

The library knows iCalendar as JSON (RFC 7265), which tells the types of values apart by the same
names; each of its arrays is an element here.
"""

from collections.abc import Iterator
from typing import Any, Final

from .ical import calendar_of, components_of
from .programme import Programme
from .xml import Xml

NAMESPACE: Final = "urn:ietf:params:xml:ns:icalendar-2.0"
# Values of several parts have an element for each (RFC 6321, 3.4.1.2).
_PARTS: Final = {"geo": ("latitude", "longitude")}


def write(programme: Programme) -> Iterator[bytes]:
    """Yield the calendar of `programme`."""
    xml = Xml()
    with xml.inside("icalendar", xmlns=NAMESPACE), xml.inside("vcalendar"):
        _, properties, _ = calendar_of(programme).to_jcal()
        _write_properties(xml, properties)
        with xml.inside("components"):
            for component in components_of(programme):
                _write_component(xml, component.to_jcal())
                yield xml.taken()
    yield xml.taken()


def _write_component(xml: Xml, component: list[Any]) -> None:
    name, properties, components = component
    with xml.inside(name):
        _write_properties(xml, properties)
        if components:
            with xml.inside("components"):
                for each in components:
                    _write_component(xml, each)


def _write_properties(xml: Xml, properties: list[list[Any]]) -> None:
    with xml.inside("properties"):
        for name, parameters, kind, *values in properties:
            with xml.inside(name):
                _write_parameters(xml, parameters)
                for value in values:
                    _write_value(xml, name, kind, value)


def _write_parameters(xml: Xml, parameters: dict[str, Any]) -> None:
    if parameters:
        with xml.inside("parameters"):
            for name, value in parameters.items():
                with xml.inside(name):
                    xml.element("text", str(value))


def _write_value(xml: Xml, name: str, kind: str, value: Any) -> None:
    if name in _PARTS:
        for part, number in zip(_PARTS[name], value, strict=True):
            xml.element(part, str(number))
    else:
        xml.element(kind, str(value))
