"""Errors of asking. All are CitewiseErrors: one line, and the fix.

QuestionError            the question is empty or too long
LLMError                 the model cannot answer; an ask then falls back to the extractive answer and says so
├── LLMAuthError         the key is refused
├── LLMUnreachable       no connection, or no answer in time
├── LLMBusy              rate limit or overload, after the retries
└── LLMBadResponse       cut stream, nonsense, or a request the endpoint refuses
"""

from __future__ import annotations

from index.errors import CitewiseError


class QuestionError(CitewiseError):
    pass


class LLMError(CitewiseError):
    pass


class LLMAuthError(LLMError):
    pass


class LLMUnreachable(LLMError):
    pass


class LLMBusy(LLMError):
    pass


class LLMBadResponse(LLMError):
    pass
