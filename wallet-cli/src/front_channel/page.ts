/** What a person reads in the browser when they come back. */
const WORDS = {
  done: {
    nl: 'De portefeuille heeft het antwoord. U mag deze pagina sluiten.',
    fr: 'Le portefeuille a reçu la réponse. Vous pouvez fermer cette page.',
    de: 'Die Brieftasche hat die Antwort. Sie können diese Seite schließen.',
    en: 'The wallet has the answer. You can close this page.',
  },
  foreign: {
    nl: 'Dit is geen antwoord op de vraag van deze portefeuille.',
    fr: "Ce n'est pas une réponse à la demande de ce portefeuille.",
    de: 'Das ist keine Antwort auf die Anfrage dieser Brieftasche.',
    en: 'This is no answer to what this wallet asked.',
  },
  elsewhere: { nl: 'Hier is niets.', fr: "Il n'y a rien ici.", de: 'Hier ist nichts.', en: 'There is nothing here.' },
} as const

type Language = keyof (typeof WORDS)['done']

/** A page that does nothing, can be framed by nobody and tells nobody its address, which holds a code. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

export interface Page {
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** The page for one of three cases, in the first of these languages that we speak. */
export function answerPage(which: keyof typeof WORDS, languages: readonly string[]): Page {
  const language = languages.find((tag): tag is Language => Object.hasOwn(WORDS[which], tag)) ?? 'en'
  const text = WORDS[which][language]
  return {
    headers: HEADERS,
    body: `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Symbolon</title><p>${text}</p></html>`,
  }
}
