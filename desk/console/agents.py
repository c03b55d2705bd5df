"""What a browser calls itself, in a few words a person knows: it is shown where they are signed in."""

#: Part of a User-Agent → what it is called; the first that fits.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ浏览器"),
    ("360", "360浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """`Chrome（Windows）`, or 其他程序 where nothing is known."""
    name = next((said for part, said in BROWSERS if part in agent), "其他程序")
    system = next((said for part, said in SYSTEMS if part in agent), "")
    return f"{name}（{system}）" if system else name
