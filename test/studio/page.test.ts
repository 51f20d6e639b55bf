import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { chromiumPath, openBrowser, openStudio, openView, viewsOf } from '../../scripts/studio-views.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const said = chromiumPath ? '' : ' (skipped: no Chromium; POSTEROHM_CHROMIUM may name one)';

describe.skipIf(!chromiumPath)(`the page in a browser${said}`, () => {
  test('opens, is accessible, checks what is typed, and asks nothing of anybody else', async () => {
    const studio = await openStudio({ run: false });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', request => asked.push(new URL(request.url()).host));
      const views = viewsOf('');
      await openView(page, studio.address, views.home!);
      expect(page.url()).not.toContain('token');
      // The policy of the page lets no script in that is not its own: a tester's comes by the debugger.
      const found = await page.evaluate(`${axe}; axe.run()`);
      expect((found as { violations: { id: string }[] }).violations.map(({ id }) => id)).toEqual([]);

      await openView(page, studio.address, views.experiment!);
      await page.getByRole('textbox', { name: 'train', exact: false }).first().fill('0');
      await page.keyboard.press('Enter');
      await page.getByText('must be at least 2').first().waitFor();
      expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
      expect(await page.locator('.cm-content').innerText()).toContain('train: 0');
      expect(new Set(asked)).toEqual(new Set([new URL(studio.address).host]));
    } finally {
      await browser.close();
      await studio.close();
    }
  });
});
