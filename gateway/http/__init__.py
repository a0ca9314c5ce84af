"""What every door on HTTP shares: reading a request's body, and what is around each answer.

Nothing here knows SOAP or JSON: a door says what its answers and refusals look like.
"""

from gateway.http.bodies import read_body
from gateway.http.guard import Door, Guard
from gateway.http.messages import Environ, Refused, Reply

__all__ = ["Door", "Environ", "Guard", "Refused", "Reply", "read_body"]
