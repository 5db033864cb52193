// Small helpers on top of a Playwright page that shows the workbench.
/** Open the quick input with a key and fill it; retried, because a key pressed right after start-up can get lost. */
export async function quickInput(page, key, text) {
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  for (let i = 0; ; i++) {
    await page.keyboard.press(key);
    try {
      await input.waitFor({ timeout: 1500 });
      break;
    } catch (e) {
      if (i === 20) {
        throw e;
      }
    }
  }
  await input.fill(text);
}
export async function runCommand(page, title) {
  await quickInput(page, 'F1', '>' + title);
  const row = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { hasText: title }).first();
  await row.waitFor();
  await row.click();
}
export async function openFile(page, name) {
  await quickInput(page, 'Control+P', name);
  await page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { hasText: name }).first().click();
  await page.locator(`.editor-group-container .tab.active[data-resource-name="${name}"]`).waitFor();
  await page.locator('.editor-instance .view-lines .view-line').first().waitFor();
}
/** Texts drawn by TextEditorDecorationType before/after attachments (CSS pseudo-elements, so not in the DOM text). */
export const inlineTexts = (page, pseudo = '::after') =>
  page.evaluate(
    (ps) =>
      [...document.querySelectorAll('.monaco-editor .view-lines span')]
        .map((e) => getComputedStyle(e, ps).content)
        .filter((c) => c && c !== 'none' && c !== 'normal' && c !== '""')
        .map((c) => {
          try {
            return JSON.parse(c);
          } catch {
            return c;
          }
        }),
    pseudo,
  );
export const codeLenses = (page) => page.locator('.monaco-editor .codelens-decoration a').allTextContents();
export async function clickCodeLens(page, title) {
  // VS Code cancels a pending code-lens refresh when the editor loses focus and then shows a dead cached copy (<span>,
  // no <a>) until the focus is back; a late provider registration (merge-conflict) triggers such a refresh.
  await page.keyboard.press('Control+1');
  await page.locator('.monaco-editor .codelens-decoration a', { hasText: title }).first().click();
}
export async function hover(page, text) {
  const span = page.locator('.monaco-editor .view-line', { hasText: text }).first().locator('span > span').first();
  const box = await span.boundingBox();
  await page.mouse.move(box.x + 2, box.y + 4);
  await page.mouse.move(box.x + 12, box.y + box.height / 2, { steps: 4 });
  const h = page.locator('.monaco-resizable-hover:visible .monaco-hover-content, .monaco-hover:visible .monaco-hover-content').first();
  await h.waitFor();
  return (await h.textContent()).replace(/\u00a0/g, ' ');
}
export const notifications = (page) => page.locator('.notifications-toasts .notification-list-item-message').allTextContents();
/** The document of the nth webview (view or panel): outer iframe, then #active-frame. */
export const webview = (page, n = 0) => page.locator('iframe.webview.ready').nth(n).contentFrame().locator('#active-frame').contentFrame();
export async function until(what, fn, { timeout = 15_000, every = 100 } = {}) {
  const end = Date.now() + timeout;
  for (let v; ;) {
    v = await fn();
    if (v) {
      return v;
    }
    if (Date.now() > end) {
      throw new Error(`timed out: ${what} (last value ${JSON.stringify(v)})`);
    }
    await new Promise((r) => setTimeout(r, every));
  }
}
