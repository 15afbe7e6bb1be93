"""A headless Chromium that reads the preview's page and types, presses and chooses on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 90.0  # seconds: how long a loaded machine may take for anything; waiting ends as soon as it is there
MESSAGES = "#channel-message-list .channel-message"
PICKER = "#command-picker-listbox"
MOVING = (StaleElementReferenceException, ElementNotInteractableException, ElementClickInterceptedException)


def installed() -> tuple[str, str] | None:
    """The paths of an installed Chromium and its driver; None where one of them is missing."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextmanager
def browsing(width: int, height: int) -> Iterator[webdriver.Chrome]:
    """A headless Chromium with a window of this size, in pixels."""
    found = installed()
    if found is None:
        raise FileNotFoundError("no Chromium and chromedriver here")
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")
    if os.geteuid() == 0:  # Chromium's sandbox refuses to run as root
        options.add_argument("--no-sandbox")
    driver = webdriver.Chrome(options=options, service=Service(found[1]))
    try:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        yield driver
    finally:
        driver.quit()


class Page:
    """The preview's page, whoever looks at it. A message is told by its id: the page may draw it anew at any time."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self._driver = driver
        self._wait = WebDriverWait(driver, PATIENCE, ignored_exceptions=MOVING)
        driver.get(url)
        self._wait.until(lambda _: len(self.messages()) > 2)

    def messages(self) -> list[str]:
        """The ids of the channel's messages, the oldest first."""
        found = self._driver.find_elements(By.CSS_SELECTOR, MESSAGES)
        return [message.get_attribute("data-message-id") or "" for message in found]

    def text(self, message: str) -> str:
        """All text of a message, also what the window does not show."""
        return self._read(lambda: self._message(message))

    def last_text(self, message: str) -> str:
        """The last text of a message before its buttons."""
        return self._read(lambda: self._message(message).find_elements(By.CSS_SELECTOR, ".text-display")[-1])

    def ask(self, text: str) -> str:
        """Type a message and send it; the reply."""
        composer = self._driver.find_element(By.ID, "channel-composer-input")
        composer.send_keys(text)
        return self._reply_to(lambda: composer.send_keys(Keys.ENTER), messages=2)

    def press(self, message: str, label: str) -> str:
        """Press a button of a message; the reply."""

        def press() -> None:
            buttons = self._message(message).find_elements(By.TAG_NAME, "button")
            self._click(next(button for button in buttons if button.text == label))

        return self._reply_to(press)

    def choose(self, message: str, label: str) -> str:
        """Choose a line from the menu of a message; the reply."""

        def choose() -> None:
            options = self._message(message).find_elements(By.CSS_SELECTOR, "[role=option]")
            option = next(option for option in options if option.get_attribute("textContent") == label)
            if option.is_displayed():
                option.click()
            else:
                self._click(self._message(message).find_element(By.CSS_SELECTOR, "[role=combobox]"))

        return self._reply_to(choose)

    def commands(self) -> str:
        """What the picker lists after a slash."""
        self._driver.find_element(By.ID, "channel-composer-input").send_keys("/")
        return self._read(lambda: self._driver.find_element(By.CSS_SELECTOR, PICKER))

    def _message(self, message: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, f"[data-message-id='{message}'].channel-message")

    def _read(self, find: Callable[[], WebElement]) -> str:
        return str(self._wait.until(lambda _: find().get_attribute("innerText")))

    def _click(self, element: WebElement) -> None:
        self._driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def _reply_to(self, act: Callable[[], None], messages: int = 1) -> str:
        """What comes of an act, done again as long as the page takes nothing; it adds so many messages."""
        before = len(self.messages())

        def reply(_: object) -> str | None:
            if len(self.messages()) == before and self._is_idle():
                act()
            whole = f"{MESSAGES}:last-child .component-container"
            done = len(self.messages()) >= before + messages and self._driver.find_elements(By.CSS_SELECTOR, whole)
            return self.messages()[-1] if done and self._is_idle() else None

        return str(self._wait.until(reply))

    def _is_idle(self) -> bool:
        return self._driver.find_element(By.ID, "send-message").is_enabled()
