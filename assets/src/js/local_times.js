// <time data-local datetime="…Z"> is shown in the browser's zone, <time data-ago> in words; the server's text is the fallback.
const STEPS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];

export function start(root) {
  const language = document.documentElement.lang || undefined;
  for (const time of root.querySelectorAll("time[data-local]")) {
    time.textContent = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time.dateTime));
  }
  for (const time of root.querySelectorAll("time[data-ago]")) time.textContent = ago(new Date(time.dateTime), language);
}

function ago(moment, language) {
  const seconds = (moment - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(0, "minute");
}
