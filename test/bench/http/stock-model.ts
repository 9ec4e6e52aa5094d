import type { Type } from '@nestjs/common';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';

const ObjectId = MongooseSchema.Types.ObjectId;

@Schema({ collection: 'occurrences', versionKey: false })
export class StoredDate {
  @Prop({ type: ObjectId }) tenantId!: Types.ObjectId;
  @Prop() startsAt!: Date;
  @Prop() endsAt!: Date;
  @Prop() startsAtLocal!: string;
  @Prop() timezone!: string;
  @Prop() status!: string;
  @Prop({ type: Number }) capacity!: number | null;
  @Prop() seatsLeft!: number;
}

@Schema({ collection: 'registrations', versionKey: false })
export class StoredRegistration {
  @Prop({ type: ObjectId }) tenantId!: Types.ObjectId;
  @Prop() holder!: string;
  @Prop() s!: Date;
  @Prop() status!: string;
  @Prop() seats!: number;
  @Prop() at!: Date;
  @Prop() version!: number;
}

/** Collections and indexes are the migrations' here, as everywhere. */
const schemaOf = (model: Type): MongooseSchema =>
  SchemaFactory.createForClass(model).set('autoIndex', false).set('autoCreate', false);

export const MODELS = [StoredDate, StoredRegistration].map((model) => ({ name: model.name, schema: schemaOf(model) }));
