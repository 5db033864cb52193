/**
 * What a test does in the workbench, on top of a Playwright page that shows it.
 *
 * @typedef {import('playwright-core').Page} Page
 */

/**
 * Opens the quick input with a key and fills it; retried, because a key pressed right after start-up can get lost, and what opens meanwhile
 * takes the focus and closes it.
 * @param {Page} page
 * @param {string} key
 * @param {string} text
 */
export async function quickInput(page, key, text) {
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  for (let attempt = 0; ; attempt++) {
    await page.keyboard.press(key);
    try {
      await input.waitFor({ timeout: 1500 });
      await input.fill(text, { timeout: 1500 });
      return;
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

/**
 * @param {Page} page
 * @param {string} title as the command palette shows it
 */
export async function runCommand(page, title) {
  await quickInput(page, 'F1', '>' + title);
  const row = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { hasText: title }).first();
  await row.waitFor();
  await row.click();
}

/**
 * @param {Page} page
 * @param {string} name of a file in the folder that is open
 */
export async function openFile(page, name) {
  await quickInput(page, 'Control+P', name);
  await page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { hasText: name }).first().click();
  await page.locator(`.editor-group-container .tab.active[data-resource-name="${name}"]`).waitFor();
  await page.locator('.editor-instance .view-lines .view-line').first().waitFor();
}

/**
 * Texts drawn by a decoration's before or after attachment: CSS pseudo-elements, so not in the DOM's text.
 * @param {Page} page
 * @param {'::before' | '::after'} [pseudo]
 */
export function inlineTexts(page, pseudo = '::after') {
  return page.evaluate(
    (pseudoElement) =>
      [...document.querySelectorAll('.monaco-editor .view-lines span')]
        .map((element) => getComputedStyle(element, pseudoElement).content)
        .filter((content) => content && content !== 'none' && content !== 'normal' && content !== '""')
        .map((content) => {
          try {
            return String(JSON.parse(content));
          } catch {
            return content; // Not a quoted text.
          }
        }),
    pseudo,
  );
}

/** @param {Page} page */
export function codeLenses(page) {
  return page.locator('.monaco-editor .codelens-decoration a').allTextContents();
}

/**
 * @param {Page} page
 * @param {string} title
 */
export async function clickCodeLens(page, title) {
  // VS Code cancels a pending code-lens refresh when the editor loses focus and then shows a dead cached copy (<span>,
  // no <a>) until the focus is back; a late provider registration (merge-conflict) triggers such a refresh.
  await page.keyboard.press('Control+1');
  await page.locator('.monaco-editor .codelens-decoration a', { hasText: title }).first().click();
}

/**
 * @param {Page} page
 * @param {string} text on the line whose beginning is hovered
 * @returns {Promise<string>} the hover's text
 */
export async function hover(page, text) {
  const span = page.locator('.monaco-editor .view-line', { hasText: text }).first().locator('span > span').first();
  const box = await span.boundingBox();
  if (box === null) throw new Error(`the line with ${text} is not visible`);
  await page.mouse.move(box.x + 2, box.y + 4);
  await page.mouse.move(box.x + 12, box.y + box.height / 2, { steps: 4 });
  const content = page
    .locator('.monaco-resizable-hover:visible .monaco-hover-content, .monaco-hover:visible .monaco-hover-content')
    .first();
  await content.waitFor();
  return ((await content.textContent()) ?? '').replaceAll('\u00a0', ' ');
}

/** @param {Page} page */
export function notifications(page) {
  return page.locator('.notifications-toasts .notification-list-item-message').allTextContents();
}

/**
 * The document of the nth webview (view or panel): outer iframe, then #active-frame.
 * @param {Page} page
 * @param {number} [index]
 */
export function webview(page, index = 0) {
  return page.locator('iframe.webview.ready').nth(index).contentFrame().locator('#active-frame').contentFrame();
}

/**
 * Asks again and again until the answer is truthy.
 * @template T
 * @param {string} what for the error's message
 * @param {() => T | Promise<T>} ask
 * @param {{ timeout?: number, every?: number }} [options] milliseconds
 * @returns {Promise<Exclude<T, false | null | undefined | '' | 0>>}
 */
export async function until(what, ask, { timeout = 15_000, every = 100 } = {}) {
  const endMs = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer) return /** @type {Exclude<T, false | null | undefined | '' | 0>} */ (answer);
    if (Date.now() > endMs) throw new Error(`timed out: ${what} (last answer ${JSON.stringify(answer)})`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
