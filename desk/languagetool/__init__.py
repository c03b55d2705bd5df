"""The editors' server: LanguageTool's HTTP API (v2), so that editors see findings where they type.

Source: LanguageTool's swagger 2.0 and server (`ApiV2`), and what its clients were seen to send.
"""
