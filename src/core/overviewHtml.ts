/**
 * The side bar page's document: it holds nothing but the ways to its one script and one style sheet, which the page's own build makes.
 */

export interface OverviewPage {
  /** Unguessable and new for each document; only a script that carries it runs. */
  readonly nonce: string;
  /** `webview.cspSource` of VS Code: where the extension's own files come from. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
}

/**
 * No remote content, no inline script or style, no eval, nothing to embed: what isn't named in the policy is denied.
 * The attributes are escaped, so a path with quotes or ampersands stays a path.
 */
export function overviewHtml({ nonce, cspSource, scriptUri, styleUri }: OverviewPage): string {
  const policy = [
    `default-src 'none'`,
    `style-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Memory Lens: Overview</title>
<link rel="stylesheet" href="${escapeAttribute(styleUri)}">
</head>
<body>
<main id="overview"></main>
<script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
