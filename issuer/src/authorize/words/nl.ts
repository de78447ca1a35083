import type { Words } from './words.ts'

export const nl: Words = {
  consent: {
    title: 'Aan uw wallet toevoegen?',
    asks: (wallet) => `De wallet “${wallet}” vraagt:`,
    signedInAs: (person) => `U bent aangemeld als ${person}.`,
    nothingFor: 'Voor het volgende hebben we nu geen gegevens over u; de wallet krijgt dit dus niet:',
    meaning: 'Wat er gebeurt als u akkoord gaat',
    means: [
      'We zoeken op wat onze bronnen nu over u zeggen, ondertekenen het en sturen het naar deze wallet.',
      'Het blijft in de wallet. U beslist elke keer aan wie u het toont, en hoeveel ervan.',
      'We krijgen niet te horen waar u het toont.',
    ],
    renewal: (days) =>
      `De wallet mag het gedurende hoogstens ${days} dagen opnieuw ophalen zonder het u te vragen. Dat stopt als u het uit de wallet verwijdert en de wallet ons dat meldt.`,
    registered: (host) => `Deze wallet is bij ons geregistreerd en krijgt ons antwoord op ${host}.`,
    notRegistered:
      'Deze wallet is niet bij ons geregistreerd: we kennen alleen de naam die hij zichzelf geeft. Ga alleen verder als u hier zelf mee begonnen bent, op deze computer.',
    agree: 'Ja, toevoegen',
    refuse: 'Nee',
  },
  synthetic: {
    title: 'Kies een persoon',
    about: 'Deze pagina vervangt het aanmelden tijdens het ontwikkelen. Al deze personen zijn verzonnen.',
    cancel: 'Annuleren',
  },
  faults: {
    already_answered: {
      title: 'U hebt al geantwoord',
      text: 'Op deze vraag is geantwoord, en het antwoord ging naar uw wallet.',
      next: 'Ga terug naar uw wallet. Kwam daar niets aan, begin dan opnieuw in de wallet.',
    },
    browser_not_known: {
      title: 'We herkennen deze browser niet',
      text: 'Deze pagina hoort bij een ander browservenster, of uw browser bewaart geen cookies.',
      next: 'Ga verder in de browser die uw wallet opende, en sta cookies toe voor deze site. Begin anders opnieuw in de wallet.',
    },
    link_ended: {
      title: 'Deze link werkt niet meer',
      text: 'De link van uw wallet werkt enkele minuten, en voor één antwoord.',
      next: 'Ga terug naar uw wallet en begin opnieuw.',
    },
    link_malformed: {
      title: 'Deze link is niet volledig',
      text: 'Er ontbreekt iets in het adres waarmee u hier kwam, of er staat te veel in.',
      next: 'Ga terug naar uw wallet en begin opnieuw. Blijft het zo, meld het dan aan de makers van de wallet.',
    },
  },
}
