import type { Words } from './words.ts'

export const de: Words = {
  consent: {
    title: 'In Ihre Wallet aufnehmen?',
    asks: (wallet) => `Die Wallet „${wallet}“ fragt nach:`,
    signedInAs: (person) => `Sie sind angemeldet als ${person}.`,
    nothingFor: 'Für Folgendes haben wir im Augenblick keine Daten über Sie; die Wallet bekommt es also nicht:',
    meaning: 'Was geschieht, wenn Sie zustimmen',
    means: [
      'Wir schlagen nach, was unsere Quellen jetzt über Sie sagen, unterzeichnen es und senden es an diese Wallet.',
      'Es bleibt in der Wallet. Sie entscheiden jedes Mal, wem Sie es zeigen und wie viel davon.',
      'Wir erfahren nicht, wo Sie es zeigen.',
    ],
    renewal: (days) =>
      `Die Wallet darf es höchstens ${days} Tage lang erneut abholen, ohne Sie zu fragen. Das endet, wenn Sie es aus der Wallet entfernen und die Wallet es uns meldet.`,
    registered: (host) => `Diese Wallet ist bei uns registriert und erhält unsere Antwort bei ${host}.`,
    notRegistered:
      'Diese Wallet ist bei uns nicht registriert: Wir kennen nur den Namen, den sie sich selbst gibt. Fahren Sie nur fort, wenn Sie das selbst begonnen haben, auf diesem Computer.',
    agree: 'Ja, aufnehmen',
    refuse: 'Nein',
  },
  synthetic: {
    title: 'Wählen Sie eine Person',
    about: 'Diese Seite ersetzt die Anmeldung während der Entwicklung. Alle diese Personen sind erfunden.',
    cancel: 'Abbrechen',
  },
  faults: {
    already_answered: {
      title: 'Sie haben schon geantwortet',
      text: 'Diese Frage ist beantwortet, und die Antwort ging an Ihre Wallet.',
      next: 'Gehen Sie zurück zu Ihrer Wallet. Ist dort nichts angekommen, beginnen Sie in der Wallet von vorn.',
    },
    browser_not_known: {
      title: 'Wir erkennen diesen Browser nicht',
      text: 'Diese Seite gehört zu einem anderen Browserfenster, oder Ihr Browser behält keine Cookies.',
      next: 'Fahren Sie in dem Browser fort, den Ihre Wallet geöffnet hat, und erlauben Sie Cookies für diese Seite. Sonst beginnen Sie in der Wallet von vorn.',
    },
    link_ended: {
      title: 'Dieser Link gilt nicht mehr',
      text: 'Der Link Ihrer Wallet gilt einige Minuten und für eine Antwort.',
      next: 'Gehen Sie zurück zu Ihrer Wallet und beginnen Sie von vorn.',
    },
    link_malformed: {
      title: 'Dieser Link ist nicht vollständig',
      text: 'In der Adresse, mit der Sie gekommen sind, fehlt etwas, oder es steht zu viel darin.',
      next: 'Gehen Sie zurück zu Ihrer Wallet und beginnen Sie von vorn. Bleibt es so, melden Sie es den Herstellern der Wallet.',
    },
  },
}
