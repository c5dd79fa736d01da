// Reads calendars with ical.js: one JSON string a line on stdin, one JSON list of entries a line on stdout.
import { createInterface } from "node:readline";
import ICAL from "../../build/ical.js/node_modules/ical.js/dist/ical.js";

const moment = (time) => (time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString());

function entry(component) {
  const event = new ICAL.Event(component);
  const has = (name) => component.hasProperty(name);
  return {
    uid: event.uid,
    sequence: event.sequence,
    modified: moment(component.getFirstPropertyValue("last-modified")),
    status: component.getFirstPropertyValue("status"),
    start: moment(event.startDate),
    end: has("dtend") ? moment(event.endDate) : null,
    summary: event.summary,
    location: event.location ?? "",
    description: event.description ?? "",
    url: component.getFirstPropertyValue("url") ?? "",
    organiser: component.getFirstPropertyValue("organizer"),
    alarms: component
      .getAllSubcomponents("valarm")
      .map((alarm) => alarm.getFirstPropertyValue("trigger").toSeconds()),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const calendar = new ICAL.Component(ICAL.parse(JSON.parse(line)));
  console.log(JSON.stringify(calendar.getAllSubcomponents("vevent").map(entry)));
}
